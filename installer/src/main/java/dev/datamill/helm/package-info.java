/** The door to Helm: charts, wherever they come from, and releases. Only here helm-java is known. */
package dev.datamill.helm;
