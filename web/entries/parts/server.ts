/** Whether components are rendered to text here: no page, and no Worker of one. */
export const onServer = (): boolean => typeof document === 'undefined' && typeof (globalThis as { WorkerGlobalScope?: unknown }).WorkerGlobalScope === 'undefined';
