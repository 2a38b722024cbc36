// datamill-node runs a single-node Kubernetes in namespaces of its own.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"

	"datamill.dev/k8s/embedded/internal/node"
)

const usage = `datamill-node VERB FOLDER [ARGUMENT…]

  start FOLDER              bring the cluster up; prints events, one JSON object a line
  status FOLDER             print its state as JSON
  halt FOLDER               stop it; its data stay
  destroy FOLDER            stop it and remove the folder
  load FOLDER ARCHIVE…      load image archives into it
  images FOLDER             list its images
  image ARCHIVE NAME FILE   write the image of one static program
  version                   print what is inside
`

// The process that starts the node must be the one whose death the node is told of: keep to one thread.
func init() { runtime.LockOSThread() }

func main() {
	if len(os.Args) == 2 && os.Args[1] == "version" {
		fmt.Println(node.Version)
		return
	}
	if len(os.Args) < 3 {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(verb, dir string, arguments []string) error {
	switch verb {
	case "supervise":
		return node.Supervise(dir)
	case "inside":
		return node.Inside(dir)
	case "image":
		if len(arguments) != 2 {
			return fmt.Errorf("image ARCHIVE NAME FILE")
		}
		return node.WriteImage(dir, arguments[0], arguments[1])
	}
	c, err := node.Open(dir)
	if err != nil {
		return err
	}
	switch verb {
	case "start":
		return node.Start(c, os.Stdout)
	case "status":
		return json.NewEncoder(os.Stdout).Encode(node.Inspect(c))
	case "halt":
		return node.Halt(c)
	case "destroy":
		return node.Destroy(c)
	case "load":
		return node.Load(c, arguments)
	case "images":
		return node.List(c)
	}
	return fmt.Errorf("no verb %q\n\n%s", verb, usage)
}
