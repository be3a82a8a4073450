import type { RunRef } from '../api/types';
import { href } from '../base/router';

export const compareHref = (one: RunRef, other: RunRef): string =>
    href('/workflows/compare', { a: `${one.namespace}/${one.name}`, b: `${other.namespace}/${other.name}` });
