// Defanged sample: nothing here is reached or run; defanged by hand.
const names = ["vboxservice", "vmtoolsd"]
