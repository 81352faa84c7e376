import { contextBridge, webFrame } from 'electron';
import { bridge } from './bridge.ts';
import { checkSpelling } from './spelling.ts';

contextBridge.exposeInMainWorld('smooch', bridge);
checkSpelling(webFrame);
