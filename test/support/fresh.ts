// Edge: the runtime's storage, emptied before each file of tests, since files share a runtime: what one leaves, no other finds.
import { reset } from 'cloudflare:test';

await reset();
