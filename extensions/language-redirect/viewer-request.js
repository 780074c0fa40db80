// Sends a viewer to the pages in their language, once, with path and query.

const parameter = (encoded) => Buffer.from(encoded, 'base64').toString();
const list = (encoded) => parameter(encoded).split(',').filter((item) => item !== '');

const defaultLanguage = parameter('${DefaultLanguage}');
const languages = [defaultLanguage].concat(list('${Languages}'));
const defaultHasPrefix = parameter('${DefaultHasPrefix}') === 'true';
const cookieName = parameter('${LanguageCookie}');
const onlyRoot = parameter('${Scope}') === 'root';
const excludedPaths = list('${ExcludedPaths}');
const status = Number(parameter('${RedirectStatus}'));

function handler(event) {
    const request = event.request;
    if (!isRedirectable(request)) {
        return request;
    }
    const language = chosenLanguage(request) || acceptedLanguage(request) || defaultLanguage;
    if (language === defaultLanguage && !defaultHasPrefix) {
        return request;
    }
    return {
        statusCode: status,
        headers: {
            location: { value: '/' + language + request.uri + queryOf(request) },
            'cache-control': { value: 'no-store' },
            vary: { value: 'Accept-Language, Cookie' }
        }
    };
}

function isRedirectable(request) {
    const uri = request.uri;
    return (request.method === 'GET' || request.method === 'HEAD') &&
        (uri === '/' || !onlyRoot) &&
        !offered(uri.split('/')[1] || '', languages) &&
        !excludedPaths.some((path) => uri === path || uri.startsWith(path.endsWith('/') ? path : path + '/'));
}

function chosenLanguage(request) {
    const cookie = request.cookies[cookieName];
    return cookie && offered(cookie.value, languages);
}

// The offered language that the viewer's header likes best (RFC 4647, lookup). A browser names a dozen at most.
function acceptedLanguage(request) {
    const ranges = textOf(request.headers['accept-language']).split(',', 32).map(rangeOf);
    const named = ranges.map((range) => range.tag);
    const refused = ranges.filter((range) => range.quality === 0).map((range) => range.tag);
    const open = languages.filter((language) => refused.indexOf(language.toLowerCase()) < 0);
    const unnamed = open.filter((language) => named.indexOf(language.toLowerCase()) < 0);
    const wanted = ranges.filter((range) => range.quality > 0).sort((one, other) => other.quality - one.quality);
    for (let i = 0; i < wanted.length; i++) {
        const language = wanted[i].tag === '*' ? unnamed[0] : nearest(wanted[i].tag, open);
        if (language) {
            return language;
        }
    }
    return '';
}

// A part of the header that is malformed is worth nothing, and refuses nothing.
function rangeOf(text) {
    const parts = /^\s*(\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)\s*(?:;\s*q=(0(?:\.\d*)?|1(?:\.0*)?)\s*)?$/i.exec(text);
    if (!parts) {
        return { tag: '', quality: -1 };
    }
    return { tag: parts[1].toLowerCase(), quality: parts[2] === undefined ? 1 : Number(parts[2]) };
}

// de-AT finds de-AT, else de, else any other German.
function nearest(tag, candidates) {
    for (let shorter = tag; shorter; shorter = shorter.slice(0, Math.max(0, shorter.lastIndexOf('-')))) {
        const language = offered(shorter, candidates);
        if (language) {
            return language;
        }
    }
    return candidates.find((language) => language.toLowerCase().startsWith(tag.split('-')[0] + '-'));
}

function offered(tag, candidates) {
    return candidates.find((language) => language.toLowerCase() === tag.toLowerCase());
}

function textOf(header) {
    return header ? (header.multiValue || [header]).map((item) => item.value).join(',') : '';
}

// The query as the viewer wrote it; where CloudFront has only the parsed one, that one.
function queryOf(request) {
    let query = request.rawQueryString && request.rawQueryString() || request.querystring;
    if (typeof query !== 'string') {
        query = Object.keys(query).map((name) => {
            const values = query[name].multiValue || [query[name]];
            return values.map((item) => item.value ? name + '=' + item.value : name).join('&');
        }).join('&');
    }
    return query ? '?' + query : '';
}
