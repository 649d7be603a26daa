package servers

import "syscall"

// dieWithParent makes the child end when this process does, however that ends.
func dieWithParent(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGQUIT }
