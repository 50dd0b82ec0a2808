/** A real daemon on a machine that fails it: disks that are full, slow or broken, too few descriptors, too little memory, stopped clients. */
package org.cloister.fuse.fault;
