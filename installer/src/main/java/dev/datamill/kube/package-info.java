/** The door to a Kubernetes API server. Only here fabric8 is known; the rest of the program sees plain records. */
package dev.datamill.kube;
