/** The name under which the process's event store is injected; apart from its module, whose routes ask for it, too. */
export const EVENT_STORE = Symbol('event store');
