// The little of Node that the tests use. Node's own types would be a dependency.

declare module 'node:test' {
  export interface TestContext {
    /** Runs when the test has ended, however it did. */
    after(what: () => unknown): void;
    diagnostic(message: string): void;
    readonly mock: { method<T extends object, K extends keyof T>(of: T, name: K, instead: (...args: any[]) => unknown): void };
  }
  type Body = (t: TestContext) => void | Promise<void>;
  /** Experimental in Node 20, and the same since. */
  export const mock: { timers: { enable(what: { apis: string[] }): void; tick(ms: number): void; reset(): void } };
  export function test(name: string, body: Body): Promise<void>;
  export function describe(name: string, body: () => void): void;
  export function afterEach(body: () => unknown): void;
  export function beforeEach(body: () => unknown): void;
}

declare module 'node:assert/strict' {
  interface Assert {
    (value: unknown, message?: string): asserts value;
    ok(value: unknown, message?: string): asserts value;
    equal<T>(got: T, want: T, message?: string): void;
    notEqual(got: unknown, want: unknown, message?: string): void;
    deepEqual(got: unknown, want: unknown, message?: string): void;
    match(text: string, pattern: RegExp, message?: string): void;
    throws(body: () => unknown, error: object | RegExp | ((error: any) => boolean), message?: string): void;
    rejects(promise: Promise<unknown>, error: object | RegExp | ((error: any) => boolean), message?: string): Promise<void>;
    fail(message: string): never;
  }
  const assert: Assert;
  export default assert;
}

declare module 'node:fs' {
  export function readFileSync(descriptor: number, encoding: 'utf8'): string;
}

// For the types of vue/server-renderer.
declare module 'node:stream' {
  export type Readable = unknown;
  export type Writable = unknown;
}
