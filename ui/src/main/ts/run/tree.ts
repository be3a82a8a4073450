import type { RunDetail, RunNode } from '../api/types';

const GROUP_AT = 9;

/** Items of one loop, or the steps that a loop made under one parent. */
export interface NodeGroup {
    id: string;
    parent: string;
    name: string;
    members: RunNode[];
}

/** A run's nodes with what they mean to each other. Built anew when the run is read. */
export class RunTree {
    readonly byId: Map<string, RunNode>;
    readonly root: RunNode | undefined;
    /** Attempts of retried steps, by the id of the Retry node. */
    readonly attemptsOf = new Map<string, RunNode[]>();
    readonly retryOf = new Map<string, string>();
    readonly groups: NodeGroup[] = [];
    readonly groupOf = new Map<string, NodeGroup>();
    readonly insideOf = new Map<string, number>();

    constructor(readonly run: RunDetail) {
        this.byId = new Map(run.nodes.map((node) => [node.id, node]));
        this.root = run.nodes.find((node) => node.boundary === '' && node.name === run.name) ?? run.nodes[0];
        for (const node of run.nodes) {
            this.insideOf.set(node.boundary, (this.insideOf.get(node.boundary) ?? 0) + 1);
            if (node.type === 'Retry') {
                this.foldAttempts(node);
            }
        }
        for (const node of run.nodes) {
            if (node.children.length >= GROUP_AT && node.type !== 'Retry') {
                this.group(node);
            }
        }
    }

    private foldAttempts(retry: RunNode): void {
        const attempts = retry.children
            .map((id) => this.byId.get(id))
            .filter((child) => child !== undefined && child.name.startsWith(`${retry.name}(`)) as RunNode[];
        this.attemptsOf.set(retry.id, attempts);
        attempts.forEach((attempt) => this.retryOf.set(attempt.id, retry.id));
    }

    private group(parent: RunNode): void {
        const clusters = new Map<string, RunNode[]>();
        for (const id of parent.children) {
            const child = this.byId.get(id);
            const at = child ? child.displayName.indexOf('(') : -1;
            if (child && at > 0) {
                const name = child.displayName.slice(0, at);
                const members = clusters.get(name) ?? [];
                members.push(child);
                clusters.set(name, members);
            }
        }
        for (const [name, members] of clusters) {
            if (members.length >= GROUP_AT) {
                // a task group whose items are all of one loop is that loop
                const own = parent.type === 'TaskGroup' && clusters.size === 1;
                const group = { id: own ? parent.id : `group:${parent.id}:${name}`, parent: parent.id, name, members };
                this.groups.push(group);
                members.forEach((member) => this.groupOf.set(member.id, group));
            }
        }
    }

    /** The node that answers for another: a retried step for its attempts. */
    shown(id: string): RunNode | undefined {
        return this.byId.get(this.retryOf.get(id) ?? id);
    }

    /** The process whose log and exit code tell most of a node: its last attempt when it was retried. */
    process(node: RunNode): RunNode {
        const attempts = this.attemptsOf.get(node.id);
        return attempts?.[attempts.length - 1] ?? node;
    }

    /** Steps that failed by themselves, not because of what is inside them; the first to fail first. */
    failures(): RunNode[] {
        return this.run.nodes
            .filter((node) => bad(node) && !this.retryOf.has(node.id) && this.isCause(node))
            .sort((a, b) => (a.finishedAt || '9').localeCompare(b.finishedAt || '9'));
    }

    private isCause(node: RunNode): boolean {
        if (node.type === 'Pod' || node.type === 'Retry' || node.type === 'Suspend') {
            return true;
        }
        if (node.type === 'TaskGroup' || node.type === 'StepGroup') {
            return node.children.length === 0;
        }
        // a dag or steps node is its own cause only when nothing inside it failed: a deadline, a wrong reference
        return !this.run.nodes.some((other) => other.boundary === node.id && bad(other));
    }
}

export const bad = (node: RunNode): boolean => node.phase === 'Failed' || node.phase === 'Error';

/** How a node is called where there is little room. */
export const shortName = (node: RunNode): string => node.displayName || node.name;

/** What a node's phase is called: a step that waits for somebody is suspended. */
export const nodePhase = (node: RunNode): string =>
    node.type === 'Suspend' && node.phase === 'Running' ? 'Suspended' : node.phase;

export const isPart = (node: RunNode): boolean =>
    node.type === 'StepGroup' || node.type === 'TaskGroup' || node.type === 'DAG' || node.type === 'Steps';
