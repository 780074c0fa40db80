// Removes headers of a response, copies some of the request into it, and sets others: in this order.

const parameter = (encoded) => Buffer.from(encoded, 'base64').toString();

const removed = parameter('${Remove}').split(',').map((name) => name.trim().toLowerCase()).filter((name) => name);
const copied = JSON.parse(parameter('${Copy}'));
const fixed = JSON.parse(parameter('${Set}'));
const overridesOrigin = parameter('${Override}') === 'true';

function handler(event) {
    const requestHeaders = event.request.headers;
    const headers = event.response.headers;
    removed.forEach((name) => {
        delete headers[name];
    });
    Object.keys(copied).forEach((name) => {
        if (requestHeaders[copied[name]]) {
            set(headers, name, requestHeaders[copied[name]].value);
        }
    });
    Object.keys(fixed).forEach((name) => set(headers, name, fixed[name]));
    return event.response;
}

function set(headers, name, value) {
    if (overridesOrigin || !headers[name]) {
        headers[name] = { value: value };
    }
}
