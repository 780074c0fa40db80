// Serves only viewers that come from a page of an allowed host; everyone else gets 403.

const parameter = (encoded) => Buffer.from(encoded, 'base64').toString();

const allowedHosts = parameter('${AllowedHosts}').split(',').filter((host) => host !== '');
const allowsOwnHost = parameter('${AllowOwnHost}') === 'true';
const allowsEmptyReferer = parameter('${AllowEmptyReferer}') === 'true';
const message = parameter('${Message}');

function handler(event) {
    const request = event.request;
    const host = hostOf(request.headers.referer ? request.headers.referer.value : '');
    const isAllowed = host === '' ? allowsEmptyReferer : isOwn(host, request) || isListed(host);
    return isAllowed ? request : denial();
}

// The host of a URL, without user, port and final dot, in lower case; empty for what is no web address.
function hostOf(url) {
    const parts = /^https?:\/\/(?:[^\/?#\\]*@)?(\[[0-9a-f:.]+\]|[^\/?#\\@:\[\]\s]+)(?::\d*)?(?:[\/?#\\]|$)/i.exec(url);
    return parts ? parts[1].toLowerCase().replace(/\.$/, '') : '';
}

function isOwn(host, request) {
    return allowsOwnHost && request.headers.host && hostOf('https://' + request.headers.host.value) === host;
}

// *.example.com stands for every subdomain of example.com, not for example.com itself.
function isListed(host) {
    return allowedHosts.some((name) => name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name);
}

function denial() {
    return {
        statusCode: 403,
        headers: { 'cache-control': { value: 'no-store' }, 'content-type': { value: 'text/plain; charset=utf-8' } },
        body: message
    };
}
