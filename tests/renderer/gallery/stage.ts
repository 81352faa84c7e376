import '../../../renderer/view/zod-without-eval.ts';
import { FakeSmooch } from '../fake-smooch.ts';
import { longTalk, scenes } from './scenes.ts';
import { aView, says, waits, writes } from '../make.ts';

// Stands in for the preload: gives the page a scripted main, chosen by `?scene=`. `stage` is for the tests' hands.

const tools = { says, writes, waits, longTalk };

declare global {
  interface Window {
    stage: FakeSmooch;
    make: typeof tools;
  }
}

const scene = new URLSearchParams(location.search).get('scene') ?? 'short';
const stage = scenes[scene]?.() ?? new FakeSmooch(aView());
Object.assign(window, { stage, make: tools, smooch: stage.bridge });
