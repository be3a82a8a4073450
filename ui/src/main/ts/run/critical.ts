import type { RunNode } from '../api/types';
import { elapsed } from '../base/time';
import type { RunTree } from './tree';

const isStep = (node: RunNode): boolean => node.type === 'Pod' || node.type === 'Suspend' || node.type === 'Retry';

/**
 * The steps that made a run as long as it was: from the one that ended last back to what it waited for last, and so on.
 * Empty for a run of one step, where it would tell nothing.
 */
export function criticalPath(tree: RunTree): RunNode[] {
    const parents = new Map<string, RunNode[]>();
    for (const node of tree.run.nodes) {
        for (const child of node.children) {
            const known = parents.get(child);
            if (known) {
                known.push(node);
            } else {
                parents.set(child, [node]);
            }
        }
    }
    // an exit handler waits for all the rest, and no node leads to it
    const exit = `${tree.run.name}.onExit`;
    const steps = tree.run.nodes.filter(
        (node) => isStep(node) && node.startedAt && !tree.retryOf.has(node.id) && !node.name.startsWith(exit),
    );
    const end = (node: RunNode) => node.finishedAt || '9';
    const last = steps.reduce<RunNode | undefined>((a, b) => (a && end(a) >= end(b) ? a : b), undefined);
    const path: RunNode[] = [];
    const seen = new Set<string>();
    for (let at = last; at && !seen.has(at.id); at = before(at)) {
        seen.add(at.id);
        path.unshift(at);
    }
    return path.length > 1 ? path : [];

    /** Of the steps that lead to one, through groups that are no steps themselves, the one that ended last. */
    function before(node: RunNode): RunNode | undefined {
        const waiting = [...(parents.get(node.id) ?? [])];
        const looked = new Set<string>([node.id]);
        const found: RunNode[] = [];
        for (let next = waiting.pop(); next; next = waiting.pop()) {
            const parent = tree.shown(next.id) ?? next;
            if (looked.has(parent.id)) {
                continue;
            }
            looked.add(parent.id);
            if (isStep(parent)) {
                found.push(parent);
                continue;
            }
            waiting.push(...(parents.get(parent.id) ?? []));
            if (!contains(parent, node)) {
                // what comes after a group has waited for all that is in it
                found.push(...steps.filter((step) => contains(parent, step)));
            }
        }
        return found
            .filter((step) => step.finishedAt && step.finishedAt <= node.startedAt)
            .reduce<RunNode | undefined>((a, b) => (a && end(a) >= end(b) ? a : b), undefined);
    }

    /** Whether a step is somewhere in a group. */
    function contains(group: RunNode, step: RunNode): boolean {
        if (group.type === 'StepGroup') {
            return group.children.includes(step.id);
        }
        if (group.type === 'TaskGroup') {
            // its children are the items of its loop, and what comes after them
            return step.name.startsWith(`${group.name}(`);
        }
        for (let at = tree.byId.get(step.boundary); at; at = tree.byId.get(at.boundary)) {
            if (at === group) {
                return true;
            }
        }
        return false;
    }
}

/** How long the steps of a path ran, all together. */
export const lengthOf = (path: RunNode[]): number =>
    path.reduce((sum, node) => sum + elapsed(node.startedAt, node.finishedAt), 0);
