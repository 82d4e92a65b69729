// Compiles a Svelte component: node compile.mjs FILE, the module to standard output.
import { readFileSync } from 'node:fs';
import { compile } from 'svelte/compiler';

const file = process.argv[2];
process.stdout.write(compile(readFileSync(file, 'utf8'), { filename: file, dev: false }).js.code);
