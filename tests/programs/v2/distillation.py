# SPDX-License-Identifier: Apache-2.0
"""Knowledge distillation: a student is told the teacher's softened probabilities."""

import tensorflow as tf

import numpy as np


class Distiller:
    def __init__(self, alpha: float = 0.1, temperature: float = 3.0) -> None:
        self.student_loss_fn = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        self.distillation_loss_fn = tf.keras.losses.KLDivergence()
        self.alpha, self.temperature = alpha, temperature

    def losses(
        self, y: np.ndarray, student_predictions: tf.Tensor, teacher_predictions: tf.Tensor
    ) -> "tuple[tf.Tensor, tf.Tensor, tf.Tensor]":
        student_loss = self.student_loss_fn(y, student_predictions)
        # The magnitudes of the gradients produced by the soft targets scale as 1/T^2, multiply
        # them by T^2 when using both hard and soft targets.
        distillation_loss = (
            self.distillation_loss_fn(
                tf.nn.softmax(teacher_predictions / self.temperature, axis=1),
                tf.nn.softmax(student_predictions / self.temperature, axis=1),
            )
            * self.temperature**2
        )
        loss = self.alpha * student_loss + (1 - self.alpha) * distillation_loss
        return loss, student_loss, distillation_loss


rng = np.random.default_rng(77)
y = rng.integers(0, 10, size=24)
teacher = rng.normal(size=(24, 10)) + 4 * np.eye(10)[y]
student = rng.normal(size=(24, 10)) + np.eye(10)[y]

for dtype in (tf.float64, tf.float32):
    t, s = tf.constant(teacher, dtype), tf.constant(student, dtype)
    for temperature in (1.0, 3.0, 10.0):
        with tf.GradientTape() as tape:
            tape.watch(s)
            loss, hard, soft = Distiller(0.1, temperature).losses(y, s, tf.stop_gradient(t))
        gradient = tape.gradient(loss, s)
        print(f"{t.dtype.name} T={temperature}: {loss:.9g} (hard {hard:.9g}, soft {soft:.9g})")
        print("  gradient:", gradient[0, :3].numpy().tolist())

# By hand, from log probabilities
log_p = tf.nn.log_softmax(teacher / 3.0)
log_q = tf.nn.log_softmax(student / 3.0)
kl = tf.reduce_sum(tf.exp(log_p) * (log_p - log_q), axis=-1)
print("by hand:", tf.reduce_mean(kl).numpy() * 9)
soft_ce = tf.nn.softmax_cross_entropy_with_logits(tf.nn.softmax(teacher / 3.0), student / 3.0)
print("soft cross entropy:", soft_ce[:4])
agree = tf.reduce_mean(tf.cast(tf.argmax(teacher, 1) == tf.argmax(student, 1), tf.float32))
print("agreement:", agree.numpy())
