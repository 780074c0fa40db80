// Answers some paths at the edge, such as /robots.txt, and leaves the others to the origin.

const parameter = (encoded) => Buffer.from(encoded, 'base64').toString();

const answers = JSON.parse(parameter('${Answers}'));

function handler(event) {
    const request = event.request;
    const answer = answers[request.uri];
    if (!answer || (request.method !== 'GET' && request.method !== 'HEAD')) {
        return request;
    }
    const response = {
        statusCode: answer.status || 200,
        headers: {
            'content-type': { value: answer.contentType || 'text/plain; charset=utf-8' },
            'cache-control': { value: answer.cacheControl || 'max-age=3600' }
        }
    };
    if (request.method === 'GET') {
        response.body = answer.body;
    }
    return response;
}
