// Tells the origin the address of the viewer in a header that the viewer cannot forge.

const headerName = Buffer.from('${HeaderName}', 'base64').toString();

function handler(event) {
    const request = event.request;
    request.headers[headerName] = { value: event.viewer.ip };
    return request;
}
