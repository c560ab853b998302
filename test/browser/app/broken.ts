/** A worker file that throws while it is loaded. */

throw new SyntaxError('this file is broken')
