import '../../../renderer/view/zod-without-eval.ts';
import { FakeSmooch } from '../fake-smooch.ts';
import { aView } from '../make.ts';
import { serveAtt } from './att-scheme.ts';
import { scenes } from './scenes.ts';

// Stands in for the preload: gives the page a scripted main, chosen by `?scene=`. `stage` is for the tests' hands.

declare global {
  interface Window {
    stage: FakeSmooch;
  }
}

const scene = new URLSearchParams(location.search).get('scene') ?? 'short';
const stage = scenes[scene]?.() ?? new FakeSmooch(aView());
serveAtt(stage.media);
Object.assign(window, { stage, smooch: stage.bridge });
