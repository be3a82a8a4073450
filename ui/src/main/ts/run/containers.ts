import { api } from '../api/client';
import type { RunDetail, RunNode } from '../api/types';
import type { RunTree } from './tree';

export const MAIN = 'main';

type Named = { name?: string };
interface WithContainers {
    name?: string;
    initContainers?: Named[];
    sidecars?: Named[];
    containerSet?: { containers?: Named[] };
}

/** Containers beside the main one that templates name: what the log of a node has besides, by the template's name. */
export async function containersOf(run: RunDetail, signal: AbortSignal): Promise<Map<string, string[]>> {
    const { spec, status } = await api.object('Workflow', run.namespace, run.name, signal);
    const stored = (status?.['storedTemplates'] ?? {}) as Record<string, WithContainers>;
    const kept = (status?.['storedWorkflowTemplateSpec'] as { templates?: WithContainers[] } | undefined)?.templates;
    const own = (spec?.['templates'] ?? []) as WithContainers[];
    const found = new Map<string, string[]>();
    for (const template of [...own, ...(kept ?? []), ...Object.values(stored)]) {
        const others = [
            ...(template.initContainers ?? []),
            ...(template.containerSet?.containers ?? []),
            ...(template.sidecars ?? []),
        ];
        const names = others.map((other) => other.name ?? '').filter((name) => name !== '' && name !== MAIN);
        if (template.name && names.length > 0) {
            found.set(template.name, [...new Set([...(found.get(template.name) ?? []), ...names])]);
        }
    }
    return found;
}

/** The node whose process a container belongs to; the node itself when it is none. */
export const podOf = (tree: RunTree, node: RunNode): RunNode =>
    node.type === 'Container' ? (tree.byId.get(node.boundary) ?? node) : node;
