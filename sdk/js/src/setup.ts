/** Runs before everything else, when the component is built: what programs expect of a language engine. */

import { install } from './promise.js';

install();
