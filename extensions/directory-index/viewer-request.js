// Adds the index document to the URI of a folder, or first sends the viewer to the folder's slash.

const parameter = (encoded) => Buffer.from(encoded, 'base64').toString();

const indexDocument = parameter('${IndexDocument}');
const redirectsToSlash = parameter('${Mode}') === 'redirect-to-slash';
const redirectStatus = Number(parameter('${RedirectStatus}'));

function handler(event) {
    const request = event.request;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
        return request;
    }
    if (request.uri.endsWith('/')) {
        return rewrite(request, request.uri + indexDocument);
    }
    if (namesFile(request.uri)) {
        return request;
    }
    if (redirectsToSlash) {
        return redirectTo(withOneLeadingSlash(request.uri) + '/' + queryOf(request));
    }
    return rewrite(request, request.uri + '/' + indexDocument);
}

// CloudFront refuses a URL of 8,192 characters, so one that would grow to it stays as it is.
function rewrite(request, uri) {
    if ((uri + queryOf(request)).length < 8192) {
        request.uri = uri;
    }
    return request;
}

// Only the last segment counts; a dot at its start, as in .well-known, begins a name and no extension.
function namesFile(uri) {
    return uri.lastIndexOf('.') > uri.lastIndexOf('/') + 1;
}

// A Location that begins with two slashes would lead to another host.
function withOneLeadingSlash(uri) {
    return uri.replace(/^[\/\\]+/, '/');
}

function redirectTo(location) {
    return { statusCode: redirectStatus, headers: { location: { value: location } } };
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
