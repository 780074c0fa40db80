// Drops, renames and sorts query parameters so that equal requests share a cache entry. Values stay as they are.

const parameter = (encoded) => Buffer.from(encoded, 'base64').toString();

const allowed = namesIn(parameter('${AllowedNames}'));
const denied = namesIn(parameter('${DeniedNames}'));
const lowercases = parameter('${LowercaseNames}') === 'true';
const sorts = parameter('${Sort}') === 'true';

function handler(event) {
    const request = event.request;
    const pairs = pairsOf(request).filter((pair) => isKept(pair.name));
    if (lowercases) {
        pairs.forEach((pair) => {
            pair.name = lowercase(pair.name);
        });
    }
    if (sorts) {
        pairs.sort((one, other) => one.name < other.name ? -1 : Number(one.name > other.name));
    }
    request.querystring = pairs.map((pair) => pair.name + pair.rest).join('&');
    return request;
}

// Each parameter as name and the rest, which is the value with its equals sign. The parsed query knows no difference
// between flag and flag=, so the written one has to tell; for the rest it may be older, as in a composed function.
function pairsOf(request) {
    if (typeof request.querystring === 'string') {
        return request.querystring.split('&').filter((text) => text !== '').map(pairOf);
    }
    const isWritten = Object.create(null);
    (request.rawQueryString && request.rawQueryString() || '').split('&').forEach((text) => {
        isWritten[text] = true;
    });
    const pairs = [];
    Object.keys(request.querystring).forEach((name) => {
        const parsed = request.querystring[name];
        (parsed.multiValue || [parsed]).forEach((item) => {
            pairs.push({ name: name, rest: item.value || isWritten[name + '='] ? '=' + item.value : '' });
        });
    });
    return pairs;
}

function pairOf(text) {
    const end = text.indexOf('=') < 0 ? text.length : text.indexOf('=');
    return { name: text.slice(0, end), rest: text.slice(end) };
}

// Nobody can have listed a name that cannot be decoded: it is not ours to drop.
function isKept(name) {
    let decoded;
    try {
        decoded = decodeURIComponent(name);
    } catch (error) {
        return true;
    }
    return (allowed.isEmpty || isIn(allowed, decoded)) && !isIn(denied, decoded);
}

// Whole names to look up, and the beginnings of those that end with *: a long query costs little for each name.
function namesIn(list) {
    const names = { isEmpty: list === '', whole: Object.create(null), beginnings: [] };
    list.split(',').filter((name) => name !== '').forEach((name) => {
        if (name.endsWith('*')) {
            names.beginnings.push(name.slice(0, -1));
        } else {
            names.whole[name] = true;
        }
    });
    return names;
}

function isIn(names, name) {
    return names.whole[name] || names.beginnings.some((beginning) => name.startsWith(beginning));
}

// ASCII letters only, and not those of a percent code.
function lowercase(name) {
    if (name === name.toLowerCase()) {
        return name;
    }
    return name.replace(/%[0-9A-Fa-f]{2}|[A-Z]/g, (found) => found.length > 1 ? found : found.toLowerCase());
}
