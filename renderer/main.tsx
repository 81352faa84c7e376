import './view/zod-without-eval.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { Complaints } from './status/complaints.ts';
import { Announcer } from './ui/announcer.ts';
import { Attention } from './view/attention.ts';
import { after } from './view/now.ts';
import { SurroundingsProvider } from './view/surroundings.tsx';
import { ViewStore } from './view/view-store.ts';
import './ui/tokens.css';
import './ui/page.css';
import './ui/buttons.css';
import './ui/fields.css';
import './ui/dialogs.css';
import './ui/menus.css';
import './ui/adaptations.css';
import './app.css';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

const { smooch } = window;
const surroundings = {
  smooch,
  store: new ViewStore({ smooch, after }),
  announcer: new Announcer({ after }),
  complaints: new Complaints({ after }),
  attention: new Attention({ window, after }),
};

createRoot(root).render(
  <StrictMode>
    <SurroundingsProvider value={surroundings}>
      <App />
    </SurroundingsProvider>
  </StrictMode>,
);
