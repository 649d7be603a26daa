//go:build linux

// Package agent is put, as a program, into a container that is under test, and carries out there what cannot be done from outside. It needs
// nothing of the image, and leaves nothing running but the hog.
//
//	agent lose NAME..      takes the lines of names out of /etc/hosts, and prints them
//	agent find LINES       puts such lines back
//	agent fill DIR         fills the tmpfs of a directory until nothing fits; refuses what is no tmpfs of at most 1 GiB
//	agent free DIR         takes that back
//	agent files N          leaves process 1 room for N more open files, and prints its limit as it was
//	agent allow N          gives process 1 a limit of N open files
//	agent hog              takes memory until the kernel kills process 1 for it, and the agent with it
//
// Run gives an error of one line when that is not possible.
package agent

import (
	"errors"
	"fmt"
)

// Run carries out one order.
func Run(args []string) error {
	if len(args) == 0 {
		return errors.New("want lose, find, fill, free, files, allow or hog")
	}
	do, known := map[string]func([]string) error{
		"lose": lose, "find": find, "fill": fill, "free": free, "files": files, "allow": allow, "hog": hog,
	}[args[0]]
	if !known {
		return fmt.Errorf("unknown order %q", args[0])
	}
	return do(args[1:])
}
