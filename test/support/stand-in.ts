export async function startStandIn(){ return { url: 'http://x', close: async () => {} }; }
