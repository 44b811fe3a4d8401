import { antiphon } from './antiphon.ts';
import type { Contender } from './contender.ts';
import { limit } from './limit.ts';

export const CONTENDERS: readonly Contender[] = [antiphon, limit];
