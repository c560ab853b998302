/** Tests run compiled: a worker thread on Node 20 cannot load TypeScript, and the crews under test start such threads. */
export default { files: ['dist/test/**/*.test.js'], workerThreads: false, timeout: '60s' }
