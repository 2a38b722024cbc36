/** The door to an S3 object store. Only here the MinIO SDK is known. */
package dev.datamill.objectstore;
