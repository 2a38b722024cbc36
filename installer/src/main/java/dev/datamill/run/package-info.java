/** Does what a plan says, on a real cluster: the only package with effects that are its own decision. */
package dev.datamill.run;
