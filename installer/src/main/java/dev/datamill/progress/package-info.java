/** Shows what goes on. Sees events and nothing else. */
package dev.datamill.progress;
