import { config } from 'zod';

// Imported before any schema is used: zod would compile them with `new Function`, which the page's policy forbids.
config({ jitless: true });
