// Puts at the top of the package what npm shows and wants there: the README of
// the repository, whose links then lead out of the package, and the licence.
// npm runs it before it packs.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';

const at = (path) => new URL('../' + path, import.meta.url);
const read = (path) => {
  try {
    return readFileSync(at(path), 'utf8');
  } catch (error) {
    throw new Error(`nothing to pack: run \`make build\` first (${error.message})`);
  }
};

if (JSON.parse(read('dist/build-info.json')).debug) throw new Error('web/dist is a debug build: run `make build` before packing it');
const { repository } = JSON.parse(read('package.json'));
const pages = repository.url.replace(/^git\+|\.git$/g, '') + '/blob/main/';
writeFileSync(at('README.md'), read('../README.md').replace(/\]\((?!#|\w+:)/g, '](' + pages));
copyFileSync(at('../LICENSE'), at('LICENSE'));
