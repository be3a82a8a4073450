import type { FlowSource } from '../api/types';

/** The command that posts an example to an event source. */
export const curl = (source: FlowSource, body = '{"model":"resnet","dataset":"imagenet"}'): string =>
    [
        `curl -X ${source.method || 'POST'}`,
        ...(source.token ? ['-H "Authorization: Bearer $TOKEN"'] : []),
        "-H 'Content-Type: application/json'",
        ...(source.method === 'GET' ? [] : [`-d '${body}'`]),
        source.address,
    ].join(' ');
