import { api } from '../api/client';
import type { Flow } from '../api/types';

/** The flow of a namespace; of all namespaces that have one, when none is chosen. */
export async function flows(namespace: string, signal: AbortSignal): Promise<Flow[]> {
    if (namespace) {
        return [await api.flow(namespace, signal)];
    }
    const { namespaces } = await api.status(signal);
    const all = await Promise.all(namespaces.map((name) => api.flow(name, signal)));
    return all.filter((flow) => flow.sources.length > 0 || flow.sensors.length > 0 || flow.bus.present);
}
