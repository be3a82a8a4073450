import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** A value that tells when it changes. */
export class Signal<T> {
    private readonly listeners = new Set<(value: T) => void>();

    constructor(private current: T) {}

    get value(): T {
        return this.current;
    }

    set(value: T): void {
        this.current = value;
        this.listeners.forEach((listener) => listener(value));
    }

    subscribe(listener: (value: T) => void): () => void {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
    }
}

/** Renders an element again whenever a signal changes, as long as the element is in the page. */
export class Watch<T> implements ReactiveController {
    private leave = () => {};

    constructor(
        private readonly host: ReactiveControllerHost,
        private readonly signal: Signal<T>,
    ) {
        host.addController(this);
    }

    get value(): T {
        return this.signal.value;
    }

    hostConnected(): void {
        this.leave = this.signal.subscribe(() => this.host.requestUpdate());
    }

    hostDisconnected(): void {
        this.leave();
    }
}
