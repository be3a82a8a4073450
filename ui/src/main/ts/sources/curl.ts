import type { FlowSource } from '../api/types';

/** The command that posts an example to an event source. */
export const curl = (source: FlowSource, body = '{"model":"resnet","dataset":"imagenet"}'): string =>
    `curl -X ${source.method || 'POST'} -H 'Content-Type: application/json' -d '${body}' ${source.address}`;
