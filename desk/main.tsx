import './zod-without-eval.ts';
import { createRoot } from 'react-dom/client';
import { Desk } from './Desk.tsx';
import './tokens.css';
import './page.css';
import './sign-in.css';
import './room.css';
import './conversation.css';
import './answer.css';
import './adaptations.css';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

createRoot(root).render(<Desk />);
