// Tells the browser of an allowed origin that it may read the response, unless the origin server spoke for itself.

const parameter = (encoded) => Buffer.from(encoded, 'base64').toString();

const allowedOrigins = parameter('${AllowedOrigins}').split(',');
const allowsCredentials = parameter('${AllowCredentials}') === 'true';
const exposedHeaders = parameter('${ExposedHeaders}');

const allowsEveryone = allowedOrigins.indexOf('*') >= 0;

function handler(event) {
    const response = event.response;
    const headers = response.headers;
    const origin = event.request.headers.origin;
    if (headers['access-control-allow-origin']) {
        return response;
    }
    if (!allowsEveryone) {
        addVaryOrigin(headers);
    }
    if (origin && allows(origin.value)) {
        headers['access-control-allow-origin'] = { value: allowsEveryone ? '*' : origin.value };
        if (allowsCredentials && !allowsEveryone) {
            headers['access-control-allow-credentials'] = { value: 'true' };
        }
        if (exposedHeaders) {
            headers['access-control-expose-headers'] = { value: exposedHeaders };
        }
    }
    return response;
}

// The answer depends on the origin even where it says nothing about it, so every cache has to know.
function addVaryOrigin(headers) {
    const present = headers.vary ? textOf(headers.vary) : '';
    const names = present.toLowerCase().split(',').map((name) => name.trim());
    if (names.indexOf('origin') < 0 && names.indexOf('*') < 0) {
        headers.vary = { value: present ? present + ', Origin' : 'Origin' };
    }
}

function allows(origin) {
    return allowsEveryone || allowedOrigins.some((pattern) => matches(pattern, origin));
}

// A wildcard stands for one or more characters of a host name or for a port, so nothing can hide behind it.
function matches(pattern, origin) {
    const star = pattern.indexOf('*');
    if (star < 0) {
        return pattern === origin;
    }
    const after = pattern.slice(star + 1);
    const wild = origin.slice(star, origin.length - after.length);
    return origin.startsWith(pattern.slice(0, star)) && origin.endsWith(after) && /^[a-z0-9.-]+$/.test(wild);
}

function textOf(header) {
    return (header.multiValue || [header]).map((item) => item.value).join(', ');
}
