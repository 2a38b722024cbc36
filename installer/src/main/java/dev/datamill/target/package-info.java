/** Target files: where a platform goes. Records and their reader; the clusters behind them are in {@code cluster}. */
package dev.datamill.target;
