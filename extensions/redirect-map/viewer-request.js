import cf from 'cloudfront';

// Redirects what the store has a rule for: the path itself, else the longest folder above it. All else goes on.

const parameter = (encoded) => Buffer.from(encoded, 'base64').toString();

const store = cf.kvs();
const isByHost = parameter('${ByHost}') === 'true';
const deepestFolder = Number(parameter('${DeepestFolder}'));
const defaultStatus = Number(parameter('${DefaultStatus}'));
const keepsQuery = parameter('${KeepQuery}') === 'true';
const cacheSeconds = parameter('${CacheSeconds}');

const statuses = [301, 302, 307, 308];
const longestName = 512;

async function handler(event) {
    const request = event.request;
    const host = request.headers.host ? request.headers.host.value.toLowerCase().replace(/:\d*$/, '') : '';
    const path = normal(request.uri);
    const places = [path].concat(foldersAbove(path));
    for (let i = 0; i < places.length; i++) {
        const folder = i === 0 ? '' : places[i];
        const rule = await ruleOf((isByHost ? host : '') + (folder ? folder + '*' : path));
        if (rule) {
            return redirection(rule, folder, path, host, request) || request;
        }
    }
    return request;
}

// Percent-encoded bytes in capitals, so that a path is written in one way only.
function normal(path) {
    return path.replace(/%[0-9a-f]{2}/gi, (byte) => byte.toUpperCase());
}

// For /a/b/c these are /a/b/, /a/ and /, the deepest first.
function foldersAbove(path) {
    const folders = [];
    for (let end = path.indexOf('/'); end >= 0 && folders.length <= deepestFolder; end = path.indexOf('/', end + 1)) {
        folders.unshift(path.slice(0, end + 1));
    }
    return folders;
}

// A rule that is missing or cannot be read is none. Most paths have none: to ask first is cheaper than an error.
async function ruleOf(name) {
    if (name.length > longestName) {
        return null;
    }
    try {
        const isThere = await store.exists(name);
        if (!isThere) {
            return null;
        }
        const text = await store.get(name);
        const rule = JSON.parse(text);
        return typeof rule.to === 'string' ? rule : null;
    } catch (error) {
        return null;
    }
}

function redirection(rule, folder, path, host, request) {
    const target = /^(?:https?:\/\/([A-Za-z0-9.-]+)(?::\d+)?)?(\/(?![\/\\])[!-~]*)$/.exec(rule.to);
    if (!target) {
        return null;
    }
    const isWild = rule.to.endsWith('/*');
    const isHere = target[1] === undefined || target[1].toLowerCase() === host;
    const base = isWild ? rule.to.slice(0, -1) : rule.to;
    const aim = normal(isWild ? target[2].slice(0, -1) : target[2].split(/[?#]/)[0]);
    if (isHere && (isWild && folder ? aim.startsWith(folder) : aim === path)) {
        return null;
    }
    // What a viewer wrote must not begin with a slash here: //host would be another host.
    const rest = isWild && folder ? path.slice(folder.length).replace(/^[\/\\]+/, '') : '';
    const status = statuses.indexOf(rule.status) < 0 ? defaultStatus : rule.status;
    const keeps = typeof rule.keepQuery === 'boolean' ? rule.keepQuery : keepsQuery;
    return {
        statusCode: status,
        headers: {
            'cache-control': { value: 'max-age=' + cacheSeconds },
            location: { value: withQuery(base + rest, keeps ? queryOf(request) : '') }
        }
    };
}

function withQuery(url, query) {
    const parts = /^([^#]*)(.*)$/.exec(url);
    return query ? parts[1] + (parts[1].indexOf('?') < 0 ? '?' : '&') + query + parts[2] : url;
}

// As the viewer wrote it, where CloudFront tells that; it makes no difference between flag and flag= otherwise.
function queryOf(request) {
    if (request.rawQueryString) {
        return request.rawQueryString() || '';
    }
    const pairs = [];
    Object.keys(request.querystring).forEach((name) => {
        const field = request.querystring[name];
        (field.multiValue || [field]).forEach((item) => pairs.push(item.value ? name + '=' + item.value : name));
    });
    return pairs.join('&');
}
