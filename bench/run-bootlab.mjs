// One ROM in Bootlab's interpreter. Usage: node run-bootlab.mjs ENGINE_BUNDLE ROM
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Marks, printResult, resultWord } from './result-line.mjs';
import { readRom } from './roms.mjs';

const [bundle, rom] = process.argv.slice(2);
const { runRom } = await import(pathToFileURL(bundle).href);
const marks = new Marks();
const printed = runRom(readRom(rom), dirname(import.meta.dirname), (mark) => marks.add(mark, performance.now()));
printResult(marks.seconds, resultWord(printed));
