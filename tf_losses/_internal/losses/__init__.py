# SPDX-License-Identifier: Apache-2.0
"""The losses, a file each: `check` its arguments, `forward`, `backward`.

`check` gives the call that C is given, or says what TensorFlow says. `forward` makes a loss that
reports mistakes in the given `Messages`; what it makes has the signature of TensorFlow 2.x's
`tf.nn`, so that `compat.v2.nn` can publish it as it is; `nn` and `compat.v1.nn` sort out their own
arguments. All of them end here, so this is also where a tape listens. `backward` is what a tape
calls on its way back: it takes the call, the gradient of what follows (`upstream`, of the loss's
shape and dtype), and which gradients are wanted; the others come back as None.

Most calls pass plain arrays of one dtype, which are taken as they came: that is the condition each
`forward` begins with. Everything else is converted, or refused, by `check`, and goes on from there.
What the condition does not ask is found on the way: by the buffer protocol (is the array
contiguous?) and by C (is it aligned? are the labels classes?). The functions look alike because a
call of Python's costs a small loss two percent, and a look into a module as much as an argument;
what is rare is in functions of its own. The usual dtype is one object: to compare is faster than to
look it up. The version is asked for only where one has ever been chosen for a block.

`catalogue` lists the losses, with what sets them apart.
"""
