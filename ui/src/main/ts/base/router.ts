import { Signal } from './signal';

export interface Route {
    path: string;
    segments: string[];
    query: URLSearchParams;
}

const NAMESPACE = 'tiphys.namespace';

/** Pages that had another address once; links to it still lead there. */
const MOVED: Record<string, string> = { runs: 'workflows', templates: 'workflow-templates' };

function current(): Route {
    const [, page = ''] = location.pathname.split('/');
    const moved = MOVED[page];
    if (moved) {
        const rest = location.pathname.slice(page.length + 1);
        history.replaceState(history.state, '', `/${moved}${rest}${location.search}`);
    }
    const path = location.pathname;
    const segments = path.split('/').filter(Boolean).map(decodeURIComponent);
    return { path, segments, query: new URLSearchParams(location.search) };
}

export const route = new Signal<Route>(current());

/** The namespace that lists show; empty means all. The address wins over what was chosen last. */
export function namespace(): string {
    return route.value.query.get('namespace') ?? localStorage.getItem(NAMESPACE) ?? '';
}

export function chooseNamespace(name: string): void {
    localStorage.setItem(NAMESPACE, name);
    const { path, segments } = route.value;
    const list = segments.length > 1 ? `/${segments[0]}` : path;
    navigate(href(list, { namespace: name }));
}

/** An address of the application; parameters without a value are left out. */
export function href(path: string, parameters: Record<string, string> = {}): string {
    const search = new URLSearchParams();
    for (const [key, value] of Object.entries(parameters)) {
        if (value) {
            search.set(key, value);
        }
    }
    const text = search.toString();
    return text ? `${path}?${text}` : path;
}

const objectHref =
    (page: string) =>
    (namespace: string, name: string, parameters: Record<string, string> = {}) =>
        href(`/${page}/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`, parameters);

export const runHref = objectHref('workflows');
/** What the API calls a template that belongs to no namespace. */
const CLUSTER = 'cluster/';
/** The place of the namespace in the address of what belongs to none. */
const NO_NAMESPACE = '-';

const templatePage = objectHref('workflow-templates');

/** The page of a template by what the API calls it: NAME, or cluster/NAME. */
export const templateHref: typeof templatePage = (namespace, name, parameters) =>
    name.startsWith(CLUSTER)
        ? templatePage(NO_NAMESPACE, name.slice(CLUSTER.length), parameters)
        : templatePage(namespace, name, parameters);

/** Whether the address of a template's page is one of a ClusterWorkflowTemplate. */
export const clusterWide = (namespace: string): boolean => namespace === NO_NAMESPACE;

/** What the API calls the template of such a page. */
export const templateName = (namespace: string, name: string): string =>
    clusterWide(namespace) ? CLUSTER + name : name;

export const sourceHref = objectHref('event-sources');
export const sensorHref = objectHref('sensors');
export const cronHref = objectHref('cron-workflows');

export const eventHref = (id: string) => `/events/${encodeURIComponent(id)}`;

/** How far down the list of the address that the reader came back to was; undefined once it has been used. */
let scrollTo: number | undefined;

const scrolled = () => document.querySelector('.page-body')?.scrollTop ?? 0;

/** Brings a list that is there again to where it was left. */
export function restoreScroll(root: ParentNode): void {
    const list = root.querySelector('.page-body');
    if (scrollTo !== undefined && list) {
        list.scrollTop = scrollTo;
        scrollTo = undefined;
    }
}

export function navigate(to: string, how: 'push' | 'replace' = 'push'): void {
    scrollTo = undefined;
    if (how === 'push') {
        history.replaceState({ scroll: scrolled() }, '');
        history.pushState(null, '', to);
    } else {
        history.replaceState(history.state, '', to);
    }
    route.set(current());
}

/** Changes parameters of the present address, and nothing else. */
export function setQuery(changes: Record<string, string>, how: 'push' | 'replace' = 'replace'): void {
    const search = new URLSearchParams(location.search);
    for (const [key, value] of Object.entries(changes)) {
        if (value) {
            search.set(key, value);
        } else {
            search.delete(key);
        }
    }
    const text = search.toString();
    navigate(text ? `${location.pathname}?${text}` : location.pathname, how);
}

/** Lets links inside the application change the page without loading it. */
export function startRouter(): void {
    window.addEventListener('popstate', (event) => {
        scrollTo = (event.state as { scroll?: number } | null)?.scroll;
        route.set(current());
    });
    document.addEventListener('click', (event) => {
        if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) {
            return;
        }
        const link = (event.target as HTMLElement).closest?.('a[href]') as HTMLAnchorElement | null;
        if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) {
            return;
        }
        event.preventDefault();
        if (link.href !== location.href) {
            navigate(link.pathname + link.search);
        }
    });
}
