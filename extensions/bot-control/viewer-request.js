// Tells AI bots and crawlers by their User-Agent, and blocks them, tags them in a header, or leads them to another path.

const parameter = (encoded) => Buffer.from(encoded, 'base64').toString();

const kinds = [
    { name: 'ai', pattern: patternOf(parameter('${AiBots}')), action: parameter('${AiBotAction}') },
    { name: 'crawler', pattern: patternOf(parameter('${Crawlers}')), action: parameter('${CrawlerAction}') }
];
const missing = { name: 'unknown', action: parameter('${MissingUserAgentAction}') };
const tagHeader = parameter('${TagHeader}').toLowerCase();
const pathPrefix = parameter('${PathPrefix}');

function handler(event) {
    const request = event.request;
    const kind = kindOf(request.headers['user-agent']);
    delete request.headers[tagHeader];
    if (!kind || kind.action === 'pass' || request.uri === '/robots.txt') {
        return request;
    }
    if (kind.action === 'block') {
        return { statusCode: 403, headers: { 'cache-control': { value: 'no-store' } } };
    }
    request.headers[tagHeader] = { value: kind.name };
    if (kind.action === 'path' && request.uri !== pathPrefix && !request.uri.startsWith(pathPrefix + '/')) {
        request.uri = pathPrefix + request.uri;
    }
    return request;
}

function kindOf(header) {
    const userAgent = header ? (header.multiValue || [header]).map((item) => item.value).join(' ') : '';
    return userAgent.trim() === '' ? missing : kinds.find((kind) => kind.pattern && kind.pattern.test(userAgent));
}

// A name counts as a whole word, in any case. An empty list matches nothing.
function patternOf(list) {
    const names = list.split(',').map((name) => name.trim()).filter((name) => name !== '');
    const escaped = names.map((name) => name.replace(/[.*+?^=!:()|[\]{}\/\\$]/g, '\\$&'));
    return escaped.length ? new RegExp('(^|[^a-z0-9])(' + escaped.join('|') + ')($|[^a-z0-9])', 'i') : null;
}
