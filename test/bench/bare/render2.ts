// Edge: another server of files from R2 that people use, as its package has it.
import render2 from 'render2';

export default render2;
